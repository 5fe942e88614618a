//! All that looks at both.
