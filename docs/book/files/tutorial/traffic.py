"""Writes a day of made-up traffic, up to the last full hour, to access.log.1: python3 traffic.py"""

import random
import time

MINUTES = 24 * 60
dice = random.Random(7)
now = int(time.time()) // 3600 * 3600


def line(moment, client, path, status, agent, seconds):
    stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(moment))
    request_id = f"{dice.getrandbits(128):032x}"
    return f'{client} - - [{stamp}] "GET {path} HTTP/1.1" {status} 120 "-" "{agent}" {seconds:.3f} {request_id}\n'


with open("access.log.1", "w", encoding="utf-8") as log:
    for minute in range(MINUTES):
        begin, lines = now - (MINUTES - minute) * 60, []
        for _ in range(10):
            status, seconds = 200, dice.uniform(0.01, 0.09)
            path = dice.choice(["/orders", f"/orders/{dice.randrange(1, 4000)}", f"/orders/{dice.randrange(1, 4000)}"])
            if path != "/orders" and dice.random() < 0.02:
                status = 404
            # For twelve minutes every second order could not be read.
            if 1200 <= minute < 1212 and path != "/orders" and dice.random() < 0.5:
                status, seconds = 503, 2.0
            client = f"192.0.2.{dice.randrange(1, 100)}"
            lines.append(line(begin + dice.randrange(60), client, path, status, "shop/3.1", seconds))
        # For ten minutes somebody looked for a way in.
        for number in range(30 if 1000 <= minute < 1010 else 0):
            folder = dice.choice(["wp-admin", "backup", ".env", "phpmyadmin", "old"])
            path = f"/{folder}/{dice.getrandbits(24):x}.php"
            lines.append(line(begin + 2 * number, "203.0.113.9", path, 404, "Mozilla/5.0", 0.002))
        log.writelines(lines)
