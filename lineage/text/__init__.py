"""What one article says of itself: words, quotations, credits, outlets, furniture."""
