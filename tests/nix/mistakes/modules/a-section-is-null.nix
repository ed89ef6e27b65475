{
  app = null;
}
