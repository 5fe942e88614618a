//! What criterion is told of: figures that have been measured already, in a
//! unit of their own.

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// The unit of a question's figures.
#[derive(Debug, Clone, Copy)]
pub enum Unit {
    /// Nanoseconds: criterion scales them.
    Time,
    /// This one, as it is.
    Plain(&'static str),
}

impl Measurement for Unit {
    type Intermediate = ();
    type Value = f64;

    fn start(&self) {}

    fn end(&self, (): ()) -> f64 {
        unreachable!("all is given, by `iter_custom`")
    }

    fn add(&self, a: &f64, b: &f64) -> f64 {
        a + b
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        match self {
            Unit::Time => WallTime.formatter(),
            Unit::Plain(_) => self,
        }
    }
}

impl ValueFormatter for Unit {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        match self {
            Unit::Time => "ns",
            Unit::Plain(unit) => unit,
        }
    }

    fn scale_throughputs(
        &self,
        typical: f64,
        _: &Throughput,
        values: &mut [f64],
    ) -> &'static str {
        self.scale_values(typical, values)
    }

    fn scale_for_machines(&self, values: &mut [f64]) -> &'static str {
        self.scale_values(0.0, values)
    }
}
