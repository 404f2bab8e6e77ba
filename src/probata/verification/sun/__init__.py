"""Where the sun stood: times from a shadow, days from a sun vector, and when it rose and set."""
