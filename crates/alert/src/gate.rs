//! When a location is convinced: so many bad ones of the last few observations.
