using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition.Spec2;

/// <summary>Users.</summary>
internal static class PasswdRules
{
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
        var isFine = true;
        report.Warn(at, "the create object has been deprecated in favor of user-level options");
        foreach (var field in UserLevel)
        {
            if (!record.IsZero(field, version))
            {
                report.Error(at, $"cannot use both the create object and the user-level {field.Json} field");
                isFine = false;
            }
        }
        return isFine;
    }
}
