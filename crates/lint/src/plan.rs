//! Which rules speak of an exchange: found by what it has, so that the others cost nothing.

use std::sync::LazyLock;

use statusquo_catalogue::Class;

use crate::RULES;
use crate::case::Case;
use crate::known::Known;
use crate::rule::{Check, When};

/// A rule that judges one exchange: its number in [`RULES`], and its check.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    pub(crate) rule: usize,
    pub(crate) check: Check,
}

/// The rules that judge one exchange, by what they speak of.
#[derive(Default)]
pub(crate) struct Plan {
    always: Vec<Step>,
    informational: Vec<Step>,
    of_errors: Vec<Step>,
    of_classes: Vec<(Class, Step)>,
    of_methods: Vec<(&'static str, Step)>,
    /// In the order of the codes.
    of_codes: Vec<(u16, Step)>,
    /// For each known field.
    of_fields: Vec<Vec<Step>>,
}

static PLAN: LazyLock<Plan> = LazyLock::new(Plan::new);

impl Plan {
    /// That of all rules.
    pub(crate) fn of_all() -> &'static Self {
        &PLAN
    }

    fn new() -> Self {
        let mut plan = Self { of_fields: vec![Vec::new(); Known::COUNT], ..Self::default() };
        for (rule, check) in RULES.iter().enumerate().filter_map(|(at, rule)| Some((at, rule.check?))) {
            plan.add(Step { rule, check });
        }
        plan.of_codes.sort_by_key(|(code, _)| *code);
        plan
    }

    fn add(&mut self, step: Step) {
        match step.check.when {
            When::Always => self.always.push(step),
            When::Code(code) => self.of_codes.push((code, step)),
            When::Codes(codes) => self.of_codes.extend(codes.iter().map(|code| (*code, step))),
            When::Class(class) => self.of_classes.push((class, step)),
            When::Error => self.of_errors.push(step),
            When::Field(field) => {
                self.of_fields.get_mut(field as usize).into_iter().for_each(|steps| steps.push(step));
            }
            When::Method(method) => self.of_methods.push((method, step)),
            When::Informational => self.informational.push(step),
        }
    }

    /// Gives each rule that speaks of such an exchange, in no order.
    pub(crate) fn each(&self, case: &Case<'_>, mut step: impl FnMut(&Step)) {
        self.always.iter().for_each(&mut step);
        self.of_code(case.number()).iter().for_each(|(_, one)| step(one));
        let class = case.code.class();
        self.of_classes.iter().filter(|(of, _)| *of == class).for_each(|(_, one)| step(one));
        if case.code.is_error() {
            self.of_errors.iter().for_each(&mut step);
        }
        if case.code.is_informational() || !case.exchange.interim.is_empty() {
            self.informational.iter().for_each(&mut step);
        }
        let method = case.exchange.request.method.as_str();
        self.of_methods.iter().filter(|(of, _)| *of == method).for_each(|(_, one)| step(one));
        let fields = case.fields().into_iter().flat_map(|fields| fields.present());
        fields.filter_map(|field| self.of_fields.get(field as usize)).flatten().for_each(step);
    }

    fn of_code(&self, code: u16) -> &[(u16, Step)] {
        let from = self.of_codes.partition_point(|(of, _)| *of < code);
        let until = self.of_codes.partition_point(|(of, _)| *of <= code);
        self.of_codes.get(from..until).unwrap_or_default()
    }
}
