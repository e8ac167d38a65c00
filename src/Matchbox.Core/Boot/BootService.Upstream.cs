using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;

namespace Matchbox.Core.Boot;

/// <summary>
/// <see cref="CompatibilityMode.Strict"/>: what poseidon/matchbox answers, by what the request says and nothing else. The gate is not
/// asked, no label is added, and every failure is the same "not found".
/// </summary>
public sealed partial class BootService
{
    private bool IsStrict => settings.Compatibility == CompatibilityMode.Strict;

    /// <summary>Why nothing can be booted once here; null: it can.</summary>
    public string? WhyNotOnce => IsStrict ? "strict compatibility answers by what a request says alone: nothing is booted once there" : null;

    private ScriptAnswer UpstreamScript(BootRequest request)
    {
        var (group, offer) = Selected(request);
        if (offer?.Profile.Boot is not { } boot)
        {
            return new ScriptAnswer.NotFound(offer?.Fault ?? "no group with a profile selects this machine");
        }
        if (WhyNotUngated(request, group!, offer) is { } why)
        {
            return new ScriptAnswer.NotFound(why);
        }
        TellOf(request, EventKind.ScriptServed, $"profile {offer.Profile.Id} by group {group!.Id}, ungated", "profile", offer.Profile.Id);
        return new ScriptAnswer.Boot(offer, boot.Args);
    }

    private ConfigAnswer UpstreamIgnitionConfig(BootRequest request)
    {
        var (group, offer) = Selected(request);
        if (offer?.Config is not { } config)
        {
            return new ConfigAnswer.NotFound(offer?.Fault ?? "no group with a profile and an Ignition config selects this machine");
        }
        if (WhyNotUngated(request, group!, offer) is { } why)
        {
            return new ConfigAnswer.NotFound(why);
        }
        var rendered = _renderer.Ignition(config, group!, Sent(request));
        if (!rendered.IsUpstreamForm && rendered.Bytes is null && !rendered.IsEmptyUpstream && config.AsIgnition is null)
        {
            return new ConfigAnswer.NotFound(rendered.Failure!);
        }
        TellOf(request, EventKind.IgnitionServed, $"config {offer.Profile.IgnitionId}, ungated", "config", offer.Profile.IgnitionId);
        return new ConfigAnswer.Config(rendered.IsUpstreamForm ? rendered.Bytes!.Value : UpstreamIgnition.Nothing, null);
    }

    private ConfigAnswer UpstreamFile(BootRequest request, PlainConfig kind)
    {
        var (group, offer) = Selected(request);
        if (offer is null || kind.Of(offer) is not { } file)
        {
            return new ConfigAnswer.NotFound($"no {kind.What} for this machine");
        }
        if (WhyNotUngated(request, group!, offer) is { } why)
        {
            return new ConfigAnswer.NotFound(why);
        }
        var rendered = kind.Render(file, group!, Sent(request), null);
        return rendered.Bytes is { } bytes ? new ConfigAnswer.Config(bytes, null) : new ConfigAnswer.NotFound(rendered.Failure!);
    }

    /// <summary>
    /// What is protected, or holds secrets, needs the gate, which strict mode does not ask. Upstream knows neither key, so nothing that
    /// it would serve is refused by this. Null: it may be served.
    /// </summary>
    private string? WhyNotUngated(BootRequest request, Group group, BootOffer? offer)
    {
        if (Protection.Of(group, offer?.Profile) is null && !(offer is not null && offer.Files.Any(file => file.UsesSecrets)))
        {
            return null;
        }
        const string Why = "protected configs are not served in strict compatibility: nothing proves there who asks";
        TellOf(request, EventKind.ConfigDenied, Why, "alarm", "true");
        return Why;
    }

    private (Group? Group, BootOffer? Offer) Selected(BootRequest request)
    {
        var catalog = catalogs.Current;
        return catalog.Select(request.Labels) is { } group ? (group, catalog.OfferOf(group)) : default;
    }

    // Recognising a machine adds its labels to the request's, and those are the template's data here.
    private void TellOf(BootRequest request, EventKind kind, string text, string key, string value)
    {
        var labels = new Labels();
        foreach (var (name, label) in request.Labels)
        {
            labels.Add(name, label);
        }
        Tell(Ask(request with { Labels = labels }).Question, kind, text, (key, value));
    }
}
