using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Users.</summary>
internal static class PasswdRules
{
    public const string OldCreate = "the create object has been deprecated in favor of user-level options";

    /// <summary>What <see cref="PasswdUser.Create"/> holds too.</summary>
    private static readonly Field[] UserLevel =
    [
        PasswdUser.Gecos, PasswdUser.Groups, PasswdUser.HomeDir, PasswdUser.NoCreateHome, PasswdUser.NoLogInit, PasswdUser.NoUserGroup,
        PasswdUser.PrimaryGroup, PasswdUser.Shell, PasswdUser.System, PasswdUser.Uid,
    ];

    public static bool CheckUser(Record record, int version, DocumentPath at, Report report)
    {
        if (record.Struct(PasswdUser.Create) is null)
        {
            return true;
        }
        report.Warn(at, OldCreate);
        return Faults.Add(UserFaults(record, version), at, report);
    }

    /// <summary>What is wrong with a user that has <see cref="PasswdUser.Create"/>.</summary>
    internal static IEnumerable<string> UserFaults(Record user, int version) => UserLevel
        .Where(field => !user.IsZero(field, version))
        .Select(static field => $"cannot use both the create object and the user-level {field.Json} field");
}
