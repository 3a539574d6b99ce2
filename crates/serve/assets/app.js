// Everything can be read without this file. It adds: local times, live updates, theme, keys, copying.
"use strict";
(function () {
  const root = document.documentElement;
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* a private window keeps nothing */ } },
  };
  // At once, before anything is painted.
  const theme = store.get("theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;

  const $ = (id) => document.getElementById(id);

  function localTimes(within) {
    const today = new Date().toDateString();
    for (const el of within.querySelectorAll("time[datetime]")) {
      const at = new Date(el.dateTime);
      if (isNaN(at)) continue;
      const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      const day = at.toDateString() === today ? {} : { day: "numeric", month: "short" };
      if (at.getFullYear() !== new Date().getFullYear()) day.year = "numeric";
      el.textContent = at.toLocaleString(undefined, { ...day, ...clock });
    }
  }

  function switchTheme() {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme:dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    store.set("theme", root.dataset.theme);
  }

  // Live updates: one stream while the page is seen.
  let source = null, lastHeard = Date.now(), isLive = true;

  function listen() {
    if (source || !isLive || document.hidden || !document.querySelector("main [data-live]")) return;
    // What the page has: what changed since, also while nobody listened, comes at once.
    const have = [...document.querySelectorAll("[data-live][id]")].map((part) => part.id + ":" + part.dataset.live);
    const query = new URLSearchParams({ page: location.pathname + location.search, have: have.join() });
    source = new EventSource("/events?" + query);
    source.onmessage = (event) => {
      lastHeard = Date.now();
      update(JSON.parse(event.data));
    };
    source.onerror = () => { if (source && source.readyState === EventSource.CLOSED) hush(); };
  }

  function hush() {
    if (source) source.close();
    source = null;
  }

  const isUsed = (input) => input === document.activeElement || input.value !== input.defaultValue;
  const isInUse = (part) => [...part.querySelectorAll("input,textarea")].some(isUsed);

  // The first data bring parts that the page did not have; others go.
  function arrange(order) {
    const parts = [...document.querySelectorAll("main > [data-live]")];
    for (const part of parts) if (!order.includes(part.id) && !isInUse(part)) part.remove();
    let before = null;
    for (const id of order) {
      let part = $(id);
      if (!part) {
        part = document.createElement("div");
        part.id = id;
        part.dataset.live = "";
        if (before) before.after(part); else document.querySelector("main > .head").after(part);
      }
      before = part;
    }
  }

  function update(news) {
    arrange(news.order);
    for (const [id, [hash, html]] of Object.entries(news.parts)) {
      const part = $(id);
      // Nothing is taken from under the hands of who types or walks through cells.
      if (!part || isInUse(part)) continue;
      if (part.contains(document.activeElement) && document.activeElement.matches("[data-counts]")) continue;
      const open = [...part.querySelectorAll("details")].map((d) => d.open);
      const at = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
      // The server has escaped all that is not its own markup, and the policy forbids scripts in it.
      part.innerHTML = html;
      part.dataset.live = hash;
      part.querySelectorAll("details").forEach((d, i) => { if (i in open) d.open = open[i]; });
      if (at) { const again = part.querySelector('a[href="' + CSS.escape(at) + '"]'); if (again) again.focus(); }
      dress(part);
    }
    const headline = $("headline");
    if (headline && headline.textContent !== news.headline) {
      // Times tick inside some headlines; only words that change are read out.
      const words = (text) => text.replace(/\d+ (s|min|h|d)\b/g, "");
      if (words(headline.textContent) !== words(news.headline)) $("announce").textContent = news.headline;
      headline.textContent = news.headline;
      document.title = news.headline + " · Statusquo";
    }
    const time = document.querySelector("#updated time");
    if (time) { time.dateTime = news.at; $("updated").classList.remove("stale"); localTimes($("updated")); }
  }

  function toggleLive() {
    const button = $("live");
    if (!button) return;
    isLive = !isLive;
    button.setAttribute("aria-pressed", String(isLive));
    if (isLive) listen(); else hush();
  }

  // Cells of the table of codes over time: pointed at, or walked through by arrow keys.
  function cells(heat) {
    const strips = [...heat.querySelectorAll("[data-counts]")];
    const counts = strips.map((strip) => strip.dataset.counts.split(",").map(Number));
    const { start, width, requests } = heat.dataset;
    const tip = heat.appendChild(document.createElement("div"));
    tip.className = "tip";
    tip.hidden = true;
    let at = { row: 0, column: 0 };
    const begin = (column) => new Date((Number(start) + column * width) * 1000);
    const clock = (date) => date.toLocaleString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

    function show(row, column, isKey) {
      at = { row, column };
      const count = counts[row][column] || 0;
      const all = counts.reduce((sum, strip) => sum + (strip[column] || 0), 0);
      const share = all ? ` (${(100 * count / all).toLocaleString("en", { maximumSignificantDigits: 2 })} %)` : "";
      const span = `${clock(begin(column))} to ${clock(begin(column + 1))}`;
      const text = `${strips[row].dataset.name} · ${span}: ${count.toLocaleString("en")} of ${all.toLocaleString("en")} requests${share}`;
      tip.textContent = text;
      tip.hidden = false;
      const strip = strips[row].getBoundingClientRect(), box = heat.getBoundingClientRect();
      const x = strip.left - box.left + (column + 0.5) / counts[row].length * strip.width;
      tip.style.top = strip.bottom - box.top + 4 + "px";
      tip.style.left = Math.max(0, Math.min(x - tip.offsetWidth / 2, box.width - tip.offsetWidth)) + "px";
      if (isKey) $("announce").textContent = text;
    }
    const hide = () => { tip.hidden = true; };
    const list = () => {
      const [from, to] = [begin(at.column), begin(at.column + 1)].map((date) => date.toISOString());
      location.href = requests + "&" + new URLSearchParams({ code: strips[at.row].dataset.code, from, to });
    };
    const focus = (row, column) => {
      strips.forEach((strip, i) => { strip.tabIndex = i === row ? 0 : -1; });
      strips[row].focus();
      show(row, column, true);
    };
    strips.forEach((strip, row) => {
      const columns = counts[row].length;
      const under = (event) => {
        const box = strip.getBoundingClientRect();
        return Math.max(0, Math.min(columns - 1, Math.floor((event.clientX - box.left) / box.width * columns)));
      };
      strip.tabIndex = row ? -1 : 0;
      strip.onpointermove = (event) => show(row, under(event), false);
      strip.onpointerleave = hide;
      strip.onclick = (event) => { show(row, under(event), false); list(); };
      strip.onfocus = () => { if (tip.hidden) show(row, columns - 1, true); };
      strip.onblur = hide;
      strip.onkeydown = (event) => {
        const moves = {
          ArrowLeft: () => show(row, Math.max(0, at.column - 1), true),
          ArrowRight: () => show(row, Math.min(columns - 1, at.column + 1), true),
          ArrowUp: () => focus(Math.max(0, row - 1), at.column),
          ArrowDown: () => focus(Math.min(strips.length - 1, row + 1), at.column),
          Home: () => show(row, 0, true), End: () => show(row, columns - 1, true),
          Enter: list, Escape: hide,
        };
        if (Object.hasOwn(moves, event.key)) { event.preventDefault(); moves[event.key](); }
      };
    });
  }

  function dress(within) {
    localTimes(within);
    within.querySelectorAll(".heat[data-start]").forEach(cells);
    within.querySelectorAll(".keys").forEach((el) => { el.hidden = false; });
    for (const button of within.querySelectorAll("[data-copy]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.onclick = async () => {
        await navigator.clipboard.writeText(button.previousElementSibling.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      };
    }
  }

  // Keys.
  let pending = "", row = -1;

  function moveRow(by) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    row = Math.max(0, Math.min(rows.length - 1, row + by));
    rows.forEach((el, i) => el.classList.toggle("at", i === row));
    const link = rows[row].querySelector("a.ep");
    if (link) link.focus();
    rows[row].scrollIntoView({ block: "nearest" });
  }

  function moveRange(by) {
    const ranges = [...document.querySelectorAll('[aria-label="Time range"] a')];
    const next = ranges[ranges.findIndex((a) => a.hasAttribute("aria-current")) + by];
    if (next) next.click();
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || store.get("keys") === "off" && event.key !== "?") return;
    if (event.target.matches("input,textarea,select") || $("keys").open) return;
    const key = event.key;
    if (pending === "g") {
      pending = "";
      const link = document.querySelector('nav.main a[data-key="' + CSS.escape(key) + '"]');
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const acts = {
      "/": () => document.querySelector(".search input").focus(),
      g: () => { pending = "g"; setTimeout(() => { pending = ""; }, 1500); },
      j: () => moveRow(1), k: () => moveRow(-1),
      "[": () => moveRange(1), "]": () => moveRange(-1),
      l: toggleLive, t: switchTheme,
      "?": () => $("keys").showModal(),
    };
    if (Object.hasOwn(acts, key)) { event.preventDefault(); acts[key](); }
  }

  document.addEventListener("DOMContentLoaded", () => {
    dress(document);
    const here = document.querySelector("nav.main [aria-current]");
    // On a phone the navigation is wider than the screen.
    if (here) here.scrollIntoView({ block: "nearest", inline: "nearest" });
    const button = $("theme");
    if (button) { button.hidden = false; button.onclick = switchTheme; }
    const keys = $("keys");
    if (keys) {
      const off = $("keys-off");
      off.checked = store.get("keys") === "off";
      off.onchange = () => store.set("keys", off.checked ? "off" : "on");
      document.addEventListener("keydown", onKey);
    }
    const live = $("live");
    if (live) {
      live.hidden = false;
      live.onclick = toggleLive;
      document.addEventListener("visibilitychange", () => { if (document.hidden) hush(); else listen(); });
      addEventListener("pagehide", hush);
      // The server speaks every 20 s at the least.
      setInterval(() => {
        if (isLive && !document.hidden && Date.now() - lastHeard > 30000) $("updated").classList.add("stale");
      }, 2000);
      listen();
    }
  });
})();
