"""Says how much a film review likes the film."""
