namespace Matchbox.Core.Catalogs;

/// <summary>A group in use, with what is known of what its machines boot.</summary>
/// <param name="Group">The group.</param>
/// <param name="Sample">How its template comes out for a machine of it, as far as that can be known; null: it has none.</param>
/// <param name="Kept">What it last booted well, where its newest documents fail; null: they do not.</param>
internal readonly record struct CatalogGroup(Group Group, RenderedConfig? Sample = null, BootOffer? Kept = null);
