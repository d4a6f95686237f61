"""The link keys function, run when a stage is made and when its keys are turned."""
