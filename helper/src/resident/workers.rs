//! Threads that stay: a new thread costs Windows, and Wine more so, about half a millisecond.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Most threads that wait for work.
const MOST: usize = 8;

type Work = Box<dyn FnOnce() + Send>;

/// Threads, as many as are at work at once.
#[derive(Debug, Clone, Default)]
pub struct Workers {
    idle: Arc<Mutex<Vec<Sender<Work>>>>,
}

impl Workers {
    fn idle(&self) -> MutexGuard<'_, Vec<Sender<Work>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it on a thread that waits for work, else on a new one.
    pub fn run(&self, work: impl FnOnce() + Send + 'static) {
        let waiting = self.idle().pop();
        let work: Work = Box::new(work);
        let refused = match waiting {
            Some(thread) => thread.send(work).err().map(|e| e.0),
            None => Some(work),
        };
        if let Some(work) = refused {
            let workers = self.clone();
            thread::spawn(move || workers.stay(work));
        }
    }

    fn stay(&self, first: Work) {
        let mut next = Some(first);
        while let Some(work) = next {
            work();
            let (wake, sleep) = mpsc::channel();
            {
                let mut idle = self.idle();
                if idle.len() >= MOST {
                    return;
                }
                idle.push(wake);
            }
            next = sleep.recv().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn works_at_once_and_stays() {
        let workers = Workers::default();
        let (done, all) = mpsc::channel();
        let mut seen = HashSet::new();
        for _ in 0..3 {
            let gate = Arc::new(std::sync::Barrier::new(4));
            for _ in 0..4 {
                let (done, gate) = (done.clone(), Arc::clone(&gate));
                workers.run(move || {
                    // Passed only when all four are at work.
                    gate.wait();
                    done.send(thread::current().id()).expect("is heard");
                });
            }
            for _ in 0..4 {
                seen.insert(all.recv().expect("each comes"));
            }
            while workers.idle().len() < seen.len() {
                thread::yield_now();
            }
        }
        assert_eq!(seen.len(), 4);
    }
}
