"""Tell without a screen: lists, the doctor."""
