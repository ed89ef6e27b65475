{ ... }: "text"
