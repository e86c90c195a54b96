//! What must be kept after a request: cases written by hand from the documents, the model's third witness.

mod cases;
