//! What is known of the request while it is answered.

use std::cell::RefCell;

use crate::form::{Form, Media};
use crate::request_id::RequestId;

thread_local! {
    static CURRENT: RefCell<Scope> = const { RefCell::new(Scope::NONE) };
}

/// What is known of the request while it is answered: the form of errors that is wanted, and the request's id.
///
/// A response is made far from the request, in `?` and `IntoResponse`, where nobody has the request at hand any
/// more. So the layers set the scope of the thread each time that they poll the service, and take it back after it:
/// with it an error is written once, rightly, where it arises. Outside of the layers the scope is empty, and errors
/// are written as problem details.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) media: Media,
    /// Did the media type depend on Accept?
    pub(crate) is_negotiated: bool,
    pub(crate) request_id: Option<RequestId>,
}

impl Scope {
    const NONE: Self = Self { media: Media::of(Form::Problem), is_negotiated: false, request_id: None };

    /// The scope of the request that this thread is answering.
    pub(crate) fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Does the work within this scope.
    #[cfg(feature = "tower")]
    pub(crate) fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Back(Scope);
        impl Drop for Back {
            fn drop(&mut self) {
                CURRENT.with_borrow_mut(|current| std::mem::swap(current, &mut self.0));
            }
        }
        // A panic goes through here as well, and must not leave the scope behind.
        let _back = Back(CURRENT.replace(self.clone()));
        work()
    }
}
