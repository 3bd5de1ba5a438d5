//! Colours of the terminal report; off when it is piped or NO_COLOR is set.

/// Colours text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    on: bool,
}

impl Paint {
    /// With `on` false every method returns its text unchanged.
    pub fn new(on: bool) -> Paint {
        Paint { on }
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// For what is looked at first.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// For labels and what may be passed over.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// For what failed.
    pub fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// For what passed.
    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    /// For what needs a look.
    pub fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    /// For places.
    pub fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}
