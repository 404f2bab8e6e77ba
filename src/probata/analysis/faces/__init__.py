"""The craft behind `faces`: boxes at every turn of the picture, and paths over time; nothing tells one from another."""
