//! Places in the source.
//!
//! Next: `world`.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::panic::Location;
use std::ptr;
use std::sync::Mutex;

/// A place in the source: there is one value for each.
pub type At = &'static Place;

/// A line and a column of a file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Clone)]
pub struct Place {
    file: String,
    line: u32,
    column: u32,
}

thread_local! {
    // By address, because every step looks a place up.
    static KNOWN: RefCell<HashMap<usize, At>> = RefCell::default();
}

static ALL: Mutex<BTreeSet<At>> = Mutex::new(BTreeSet::new());

impl Place {
    /// This place. The path begins at the root of the workspace.
    pub fn at(file: &str, line: u32, column: u32) -> At {
        let file = file.replace('\\', "/");
        let place = Place { file, line, column };
        let mut all = ALL.lock().expect("nothing panics under it");
        if let Some(at) = all.get(&place) {
            return at;
        }
        // Leaking is fine: a program has a limited number of places.
        let at: At = Box::leak(Box::new(place));
        all.insert(at);
        at
    }

    /// The place of the caller, as far as `#[track_caller]` leads back.
    #[track_caller]
    pub fn here() -> At {
        Place::of(Location::caller())
    }

    /// The place of this location.
    pub fn of(at: &'static Location<'static>) -> At {
        KNOWN.with_borrow_mut(|known| {
            let find = || Place::at(at.file(), at.line(), at.column());
            *known.entry(ptr::from_ref(at).addr()).or_insert_with(find)
        })
    }

    /// The file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether this is the standard library's source, which has called a
    /// stand-in for the program.
    pub fn is_of_std(&self) -> bool {
        self.file.contains("/library/") || self.file.contains("/rustc/")
    }

    /// The line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, from 1.
    pub fn column(&self) -> u32 {
        self.column
    }
}
