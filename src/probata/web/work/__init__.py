"""Long work that the workbench itself does: it goes on when the page is closed."""
