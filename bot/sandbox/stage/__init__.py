"""What is played: the bot between the two clouds."""
