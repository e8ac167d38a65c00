using Matchbox.Core.Catalogs;
using Matchbox.Templates;

namespace Matchbox.Core.Boot;

/// <summary>A kind of config that is handed out as it comes out of its template: how a profile names it and how it is rendered.</summary>
internal sealed record PlainConfig(
    string What, Func<Profile, string> NameIn, Func<BootOffer, ConfigFile?> Of, Func<ConfigFile, Group, RequestData, ITextFunctions?, RenderedConfig> Render)
{
    public static readonly PlainConfig Generic =
        new("generic file", static profile => profile.GenericId, static offer => offer.Generic, ConfigRenderer.Generic);

    public static readonly PlainConfig Cloud =
        new("cloud-config", static profile => profile.CloudId, static offer => offer.Cloud, ConfigRenderer.Cloud);
}
