//! Points of a job at which it can be held: its system calls on files. Who holds them decides in
//! which order jobs that run at the same time go on.

/// Who is told of held calls; `false`: nobody listens any more, and the call goes on.
pub type Tell = Box<dyn Fn(Held) -> bool + Send + Sync>;

/// A system call of a job that waits to be let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What the engine knows the call by.
    pub id: u64,
    /// Number of the job, larger for one that was started later.
    pub job: u32,
    /// Number of the process on its device, larger for one that was started later.
    pub process: u32,
    /// What it does, for people: `opens /var/lib/x for writing`.
    pub call: String,
}

/// What those processes of a job do that are not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    /// All are held, or wait for one that is.
    Nothing,
    /// The one that waits for something waits for a lock on a file.
    Locked,
    /// One works, or sleeps for a time that it knows: it comes on by itself.
    Works,
}

/// One look at what a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub doing: Doing,
    /// Stands for its threads and how often each of them has worked: where two looks have the same,
    /// and nothing works in either, nothing worked in between, and the looks tell of one moment.
    pub worked: u64,
}

/// A device whose jobs can be held.
pub trait Points: Send + Sync {
    /// From here on every call of a job on files outside of the system's folders is held and told
    /// to this; `None` lets all go that are held.
    fn tell(&self, to: Option<Tell>);

    /// Lets a held call go on.
    fn release(&self, held: &Held);

    /// Kills every process of a job.
    fn kill(&self, job: u32);

    /// What a job does apart from its held calls. Without any process left it works: its end is
    /// about to be told.
    fn look(&self, job: u32) -> Look;
}
