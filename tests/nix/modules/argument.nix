{ given, ... }: { app.name = given; }
