//! Follows the files of a log: what is appended, whatever becomes of the files.
//!
//! A file is known by its device and inode, and by its first and last bytes that were read. So it does not matter what it
//! is called: a renamed file is read to its end, also what is still written to it; when a file was truncated, the copy that
//! was made of it before is read from where we were; a compressed file goes on where the plain one was left. How far each
//! file was read is a [`Position`]: whoever saves it together with what was counted counts each line exactly once.

mod content;
mod file_id;
mod followed;
mod follower;
mod listing;
mod position;
mod print;

pub use file_id::FileId;
pub use follower::{Follower, Piece};
pub use listing::Files;
pub use position::Position;
