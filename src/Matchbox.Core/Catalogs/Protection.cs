namespace Matchbox.Core.Catalogs;

/// <summary>
/// <c>"protect": "once"</c> of a group or profile: what its machines' configs say goes to the machine's present boot alone, once.
/// </summary>
/// <param name="HoldOnDenial"><c>"hold-on-denial": true</c>: a denied request holds the machine until a person frees it.</param>
public sealed record Protection(bool HoldOnDenial)
{
    /// <summary>The one value of the key.</summary>
    public const string Once = "once";

    /// <summary>What protects the configs of machines that the group selects for the profile: either may say it. Null: nothing.</summary>
    public static Protection? Of(Group? group, Profile? profile) => (group?.Protection, profile?.Protection) switch
    {
        (null, var other) => other,
        (var own, null) => own,
        var (own, other) => new Protection(own.HoldOnDenial || other.HoldOnDenial),
    };
}
