//! Values against their attribute.
