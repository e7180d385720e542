"""What is told of a review: the PRISMA flow and its drawings, methods text, exports."""
