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
    /// What it does, for people: `opens /var/lib/x for writing`.
    pub call: String,
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

    /// Whether a process of a job is busy: one that waits, for a lock or for time to pass, is not.
    fn busy(&self, job: u32) -> bool;
}
