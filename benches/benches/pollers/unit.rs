//! What criterion is told of: figures that have been measured already, in a
//! unit of their own.

use benches::verdict::tables::Unit;
use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};

/// A measurement that has been made before criterion asks.
pub struct Made(pub Unit);

impl Measurement for Made {
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
        match self.0 {
            Unit::Time => WallTime.formatter(),
            Unit::Bytes => &Bytes,
        }
    }
}

struct Bytes;

impl ValueFormatter for Bytes {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        "bytes"
    }

    fn scale_throughputs(
        &self,
        _: f64,
        _: &Throughput,
        _: &mut [f64],
    ) -> &'static str {
        "bytes"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "bytes"
    }
}
