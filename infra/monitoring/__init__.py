"""What is measured of a stage, what is shown of it, and when somebody is woken."""
