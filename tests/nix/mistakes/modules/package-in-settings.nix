{
  package = null;
}
