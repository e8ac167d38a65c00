using Matchbox.Butane.ContainerLinux.Source;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

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
                Spec2.PasswdUser.Type,
                User.Name, User.PasswordHash, User.SshAuthorizedKeys, User.Uid, User.Gecos, User.HomeDir, User.NoCreateHome,
                User.PrimaryGroup, User.Groups, User.NoUserGroup, User.System, User.NoLogInit, User.Shell);
            var create = source.Struct(User.Create)?.CopyTo(
                Spec2.UserCreate.Type,
                UserCreate.Uid, UserCreate.Gecos, UserCreate.HomeDir, UserCreate.NoCreateHome, UserCreate.PrimaryGroup,
                UserCreate.Groups, UserCreate.NoUserGroup, UserCreate.System, UserCreate.NoLogInit, UserCreate.Shell);
            user.Set(Spec2.PasswdUser.Create, create);
            state.Ignition.Open(Spec2.Config.Passwd).Add(Spec2.PasswdSection.Users, user);
        }
        foreach (var source in passwd.List(PasswdSection.Groups))
        {
            state.Ignition.Open(Spec2.Config.Passwd).Add(
                Spec2.PasswdSection.Groups,
                source.CopyTo(Spec2.PasswdGroup.Type, Group.Name, Group.Gid, Group.PasswordHash, Group.System));
        }
    }
}
