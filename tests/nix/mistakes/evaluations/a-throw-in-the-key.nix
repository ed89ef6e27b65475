{
  key = throw "my own message";
}
