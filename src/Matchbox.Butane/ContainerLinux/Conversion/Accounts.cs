using Matchbox.Butane.ContainerLinux.Source;

namespace Matchbox.Butane.ContainerLinux.Conversion;

/// <summary>Users and groups.</summary>
internal static class Accounts
{
    public static void Add(ConversionState state)
    {
        if (state.Config.Struct(Config.Passwd) is not { } passwd)
        {
            return;
        }
        foreach (var source in passwd.List(PasswdSection.Users))
        {
            var user = source.CopyTo(
                Output.User.Type,
                User.Name, User.PasswordHash, User.SshAuthorizedKeys, User.Uid, User.Gecos, User.HomeDir, User.NoCreateHome,
                User.PrimaryGroup, User.Groups, User.NoUserGroup, User.System, User.NoLogInit, User.Shell);
            var create = source.Struct(User.Create)?.CopyTo(
                Output.UserCreate.Type,
                UserCreate.Uid, UserCreate.Gecos, UserCreate.HomeDir, UserCreate.NoCreateHome, UserCreate.PrimaryGroup,
                UserCreate.Groups, UserCreate.NoUserGroup, UserCreate.System, UserCreate.NoLogInit, UserCreate.Shell);
            user.Set(Output.User.Create, create);
            state.Ignition.Open(Output.Config.Passwd).Add(Output.PasswdSection.Users, user);
        }
        foreach (var source in passwd.List(PasswdSection.Groups))
        {
            state.Ignition.Open(Output.Config.Passwd).Add(
                Output.PasswdSection.Groups,
                source.CopyTo(Output.Group.Type, Group.Name, Group.Gid, Group.PasswordHash, Group.System));
        }
    }
}
