namespace Matchbox.Core.Catalogs.Reading;

/// <summary>What was read of one group's document, and how what it boots came out.</summary>
/// <param name="Read">What the document says.</param>
internal sealed record ReadGroup(ReadDocument<Group> Read)
{
    /// <summary>The group in use: the newest, or the last good one; null: there is none.</summary>
    public Group? InUse { get; init; }

    /// <summary>That the profile that it names is not there; null: it is, or it names none.</summary>
    public CatalogFault? NoProfile { get; init; }

    /// <summary>How the newest documents come out; null: there is nothing to try.</summary>
    public GroupSample? Sample { get; init; }

    /// <summary>What the group in use boots because the newest documents fail; null: they do not.</summary>
    public BootOffer? Kept { get; init; }

    /// <summary>There is something to be told of it.</summary>
    public bool Tells => !Read.Faults.IsEmpty || !Read.Notes.IsEmpty || NoProfile is not null || Sample is not (null or { Faults.IsEmpty: true, Notes.IsEmpty: true });

    /// <summary>What the catalog is made of; only where a group is in use.</summary>
    public CatalogGroup ForCatalog => new(InUse!, Kept is null ? Sample?.Rendered : null, Kept);
}
