//! What each HTTP status code means and demands.
