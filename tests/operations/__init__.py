"""What a plant is run with."""
