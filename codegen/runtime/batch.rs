//! Records split into requests within a limit.

/// Splits records, in their order, so that what `counted` adds up to is within the limit in each batch.
///
/// A record is never divided: one that alone exceeds the limit is a batch of its own.
#[must_use]
pub fn split<T>(records: Vec<T>, limit: usize, counted: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut batches: Vec<Vec<T>> = Vec::new();
    // `None` once the last batch is over the limit.
    let mut room: Option<usize> = None;
    for record in records {
        let count = counted(&record);
        let left = room.and_then(|room| room.checked_sub(count));
        match batches.last_mut() {
            Some(batch) if left.is_some() => {
                batch.push(record);
                room = left;
            }
            _ => {
                batches.push(vec![record]);
                room = limit.checked_sub(count);
            }
        }
    }
    batches
}
