namespace Matchbox.Core.Access;

/// <summary>What became of somebody's try to sign in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <param name="Secret">What the cookie holds; told once.</param>
    /// <param name="User">Who it is.</param>
    public sealed record SignedIn(string Secret, User User) : SignInOutcome;

    /// <summary>No such user, or another password; which of both is not told.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>Too many failures before: nobody looked at the password.</summary>
    public sealed record Wait(TimeSpan For) : SignInOutcome;

    /// <summary>Too many sign in at once.</summary>
    public sealed record Busy : SignInOutcome;
}

/// <summary>What became of a change of users or tokens.</summary>
public abstract record AccessOutcome
{
    private AccessOutcome()
    {
    }

    public sealed record Done : AccessOutcome
    {
        public static readonly Done Instance = new();
    }

    /// <summary>There is no such user or token.</summary>
    public sealed record Absent(string Reason) : AccessOutcome;

    /// <summary>What was asked cannot be.</summary>
    public sealed record Refused(string Reason) : AccessOutcome;

    /// <summary>It does not go together with what is there.</summary>
    public sealed record Conflict(string Reason) : AccessOutcome;

    /// <summary>Too many passwords are being worked on.</summary>
    public sealed record Busy : AccessOutcome;
}
