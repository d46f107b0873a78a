//! A bounded queue from async callers to database threads.
//!
//! Callers wait for room without blocking their thread. A database thread takes everything that has gathered with one lock, and is
//! only woken by a system call when it really sleeps: a busy writer costs its callers none.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::StoreError;

pub(crate) struct Queue<T> {
    room: Semaphore,
    state: Mutex<State<T>>,
    filled: Condvar,
}

struct State<T> {
    waiting: VecDeque<T>,
    sleepers: usize,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            sleepers: 0,
            closed: false,
        };
        Self {
            room: Semaphore::new(capacity),
            state: Mutex::new(state),
            filled: Condvar::new(),
        }
    }

    /// Hands an item over as soon as there is room. What this accepts is taken, also when the queue is closed afterwards.
    pub(crate) async fn push(&self, item: T) -> Result<(), StoreError> {
        self.room
            .acquire()
            .await
            .map_err(|_closed| StoreError::Closed)?
            .forget();
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        state.waiting.push_back(item);
        let wake = state.sleepers > 0;
        drop(state);
        if wake {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Waits for items and moves up to `most` of them, oldest first, into `taken`. `false` when the queue is closed and empty.
    pub(crate) fn take(&self, most: usize, taken: &mut Vec<T>) -> bool {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.closed {
                return false;
            }
            state.sleepers += 1;
            state = self
                .filled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.sleepers -= 1;
        }
        self.move_over(state, most, taken);
        true
    }

    /// Moves up to `most` further items over, if there are any, without waiting.
    pub(crate) fn take_more(&self, most: usize, taken: &mut Vec<T>) {
        self.move_over(self.lock(), most, taken);
    }

    fn move_over(&self, mut state: MutexGuard<'_, State<T>>, most: usize, taken: &mut Vec<T>) {
        let count = state.waiting.len().min(most);
        taken.extend(state.waiting.drain(..count));
        drop(state);
        self.room.add_permits(count);
    }

    /// Accepts nothing more.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.room.close();
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use crate::StoreError;
    use crate::block_on::block_on;

    #[test]
    fn takes_in_order_and_no_more_than_asked() {
        let queue = Queue::new(8);
        for item in 0..5 {
            block_on(queue.push(item)).unwrap();
        }
        let mut taken = Vec::new();
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [0, 1, 2]);
        taken.clear();
        assert!(queue.take(3, &mut taken));
        assert_eq!(taken, [3, 4]);
    }

    #[test]
    fn what_was_accepted_is_taken_after_closing() {
        let queue = Queue::new(8);
        block_on(queue.push(1)).unwrap();
        queue.close();
        assert_eq!(block_on(queue.push(2)), Err(StoreError::Closed));
        let mut taken = Vec::new();
        assert!(queue.take(8, &mut taken));
        assert_eq!(taken, [1]);
        assert!(!queue.take(8, &mut taken));
    }

    #[test]
    fn a_full_queue_makes_callers_wait() {
        let queue = Queue::new(1);
        block_on(queue.push(1)).unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| block_on(queue.push(2)));
            std::thread::sleep(std::time::Duration::from_millis(20));
            assert!(!second.is_finished());
            let mut taken = Vec::new();
            assert!(queue.take(8, &mut taken));
            assert_eq!(taken, [1]);
            assert_eq!(second.join().unwrap(), Ok(()));
        });
    }
}
