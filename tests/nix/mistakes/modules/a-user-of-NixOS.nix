{
  users.users.node.isSystemUser = true;
}
