namespace Matchbox.Core.Access;

/// <summary>What somebody may do. Each role may do all that the ones before it may. Values are stored: never renumber.</summary>
public enum Role
{
    /// <summary>Look.</summary>
    Viewer = 1,

    /// <summary>Approve, arm, release and label machines; change groups, profiles and configs.</summary>
    Operator = 2,

    /// <summary>Also say who may do what, and read the audit log.</summary>
    Admin = 3,
}
