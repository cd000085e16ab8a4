"""What alerts, agents and scripts may propose: a message with a button that a person presses. They never act."""
