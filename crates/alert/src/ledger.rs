//! Who is owed which message: the difference between what is true and what was told.
