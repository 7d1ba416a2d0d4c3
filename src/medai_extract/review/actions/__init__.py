"""What reviewers do; each action is one transaction, written to the log before it is answered."""
