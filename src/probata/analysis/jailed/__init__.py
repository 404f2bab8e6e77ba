"""What runs inside the jail for analysers: nothing outside it imports from here."""
