using Matchbox.Core.Catalogs;
using Matchbox.Core.Events;
using Matchbox.Core.Machines;
using Matchbox.Core.Networks;
using Matchbox.Protocols;

namespace Matchbox.Core.Boot;

/// <summary>The way to the script: what DHCP answers, and what was fetched.</summary>
public sealed partial class BootService
{
    /// <summary>What a DHCP reply says about booting. Answers from memory, never waits.</summary>
    public DhcpBoot ForDhcp(DhcpBootRequest request)
    {
        if (request.Kind == DhcpClientKind.Ordinary)
        {
            return new DhcpBoot.Nothing("no PXE or HTTP client");
        }
        var firmware = LoaderPolicy.FirmwareOf(request.Architecture);
        var labels = new Labels { { "mac", request.Mac.ToString() } };
        AddIfPresent(labels, "uuid", request.Uuid?.ToString());
        AddIfPresent(labels, "arch", LoaderPolicy.LabelOf(request.Architecture));
        var source = sessions.Present(request.Mac)?.Address ?? default;
        var question = Ask(BootStage.Dhcp, labels, source, new MachineClaims(request.Mac, request.Uuid), request.Subnet.Unknown, firmware, nonce: null);
        if (question.Known || request.Subnet.Unknown != UnknownPolicy.Ignore)
        {
            var seen = Sight(request, question);
            question = question with { Machine = seen };
        }
        switch (BootGate.Decide(question))
        {
            case BootDecision.Silent silent:
                return new DhcpBoot.Nothing(silent.Reason);
            case BootDecision.Hold when question.Machine is null:
                return new DhcpBoot.Nothing("nobody is named");
            default:
                // Also a machine that waits, is held or boots its disk gets a loader: the script tells a person why.
                return Loader(request, question, firmware);
        }
    }

    /// <summary>A loader was fetched: from <c>boot/NONCE/FILE</c>, so its source is the machine's address in this boot.</summary>
    /// <returns>False: the nonce is nobody's present boot, the file may still be served.</returns>
    public bool LoaderFetched(IPv4Address source, string nonce, string file)
    {
        if (sessions.OwnerOf(source) is not { } mac || sessions.Verify(mac, source, nonce) is null)
        {
            return false;
        }
        sessions.Reached(mac, BootStep.LoaderFetched);
        sessions.Prove(mac);
        if (machines.ByMac(mac) is { } machine)
        {
            Tell(machine, EventKind.LoaderFetched, $"{file} fetched", ("file", file), ("address", source.ToString()));
        }
        return true;
    }

    /// <summary>An asset was fetched whole. Only the kernel of a machine's present boot is an event, once.</summary>
    /// <param name="source">Who fetched it.</param>
    /// <param name="path">Its path on the boot listener, decoded: <c>/assets/...</c>.</param>
    public void AssetFetched(IPv4Address source, string path)
    {
        if (sessions.TookKernel(source, path, out var mac) && machines.ByMac(mac) is { } machine)
        {
            Tell(machine, EventKind.KernelFetched, $"{path} fetched", ("file", path), ("address", source.ToString()));
        }
    }

    /// <summary>An asset that a boot's script names was asked for and is not given.</summary>
    public void AssetRefused(IPv4Address source, string path, string reason)
    {
        if (sessions.OwnerOf(source) is { } mac && sessions.Present(mac) is { Step: >= BootStep.ScriptServed } && machines.ByMac(mac) is { } machine
            && ClientText.Escape($"{path} is asked for and not given: {reason}") is var text && sessions.Tells(mac, text))
        {
            Tell(machine, EventKind.Failed, text, ("refused", "asset"));
        }
    }

    /// <summary>A transfer by TFTP ended with trouble: it broke off, or much of it had to be sent again.</summary>
    public void TransferTroubled(IPv4Address source, string name, string text)
    {
        if (sessions.OwnerOf(source) is { } mac && sessions.Present(mac) is not null && machines.ByMac(mac) is { } machine && sessions.Tells(mac, text))
        {
            Tell(machine, EventKind.TransferTroubled, text, ("file", ClientText.Escape(name)), ("address", source.ToString()));
        }
    }

    private Machine Sight(DhcpBootRequest request, BootQuestion question) => machines.Sight(request.Mac, request.Uuid, new Sighting
    {
        At = question.Now,
        Subnet = request.Subnet.Network.ToString(),
        Relay = request.Relay,
        RelayPort = request.RelayPort,
        Architecture = LoaderPolicy.Describe(request.Architecture),
        VendorClass = request.VendorClass,
        Address = question.Machine?.LastSeen.Address ?? default,
    });

    private DhcpBoot Loader(DhcpBootRequest request, BootQuestion question, FirmwareKind firmware)
    {
        var before = sessions.Present(request.Mac);
        var session = sessions.OnDhcp(request.Mac, request.IsIpxe && request.IpxeHasHttp ? BootStep.LoaderDhcp : BootStep.FirmwareDhcp, firmware);
        var fresh = before?.Nonce != session.Nonce;
        if (fresh && question.Machine is { } seen)
        {
            Tell(seen, EventKind.Discovered, $"{LoaderPolicy.Describe(request.Architecture)} on {request.Subnet.Network}", ("vendorClass", request.VendorClass));
        }
        if (request.IsIpxe && request.IpxeHasHttp)
        {
            return new DhcpBoot.Url($"http://{request.Server}:{settings.HttpPort}/boot.ipxe?nonce={session.Nonce}");
        }
        var silent = sessions.IsSilent(session);
        if (fresh && session.LoaderFetches > LoaderPolicy.SilentFetches && question.Machine is { } looping)
        {
            Tell(looping, EventKind.LoopSuspected, $"its first loader was fetched {session.LoaderFetches} times in a row and never called back");
        }
        var file = LoaderPolicy.FileFor(request.Architecture, policies.LoaderOf(question.Machine, request.Subnet), silent || question.Machine is { RefusesUnsigned: true });
        if (file is null)
        {
            var why = $"no loader for {LoaderPolicy.Describe(request.Architecture)}";
            if (question.Machine is { } stranded && sessions.Tells(request.Mac, why))
            {
                Tell(stranded, EventKind.Silent, why, ("architecture", LoaderPolicy.Describe(request.Architecture)));
            }
            return new DhcpBoot.Nothing(why);
        }
        // The minute of silence may end between DISCOVER and REQUEST: what counts is which file the boot was told last.
        if (session.OfferedLoader != file && question.Machine is { } machine)
        {
            sessions.Offered(request.Mac, file);
            if (silent && file == LoaderPolicy.X64Shim)
            {
                Tell(machine, EventKind.LoaderChanged, $"iPXE was fetched {session.LoaderFetches} times and never called back (Secure Boot?): {file} is next", ("file", file));
            }
            else
            {
                Tell(machine, EventKind.LoaderOffered, $"{file} offered", ("file", file));
            }
        }
        var path = $"boot/{session.Nonce}/{file}";
        return request.Kind == DhcpClientKind.HttpClient ? new DhcpBoot.Url($"http://{request.Server}:{settings.HttpPort}/{path}")
            // iPXE without HTTP takes a bare name for a path on whoever gave the lease; a whole URL is never mistaken.
            : request.IsIpxe ? new DhcpBoot.Url($"tftp://{request.Server}/{path}")
            : new DhcpBoot.TftpFile(path);
    }

    // GRUB called back where iPXE never did: the next power-on need not try iPXE again.
    private async ValueTask LearnLoaderAsync(BootQuestion question, HardwareAddress? mac, CancellationToken cancellation)
    {
        if (question is { Stage: BootStage.GrubConfig, Verified: true, Machine: { RefusesUnsigned: false } machine }
            && mac is { } own && sessions.Present(own) is { } session && sessions.IsSilent(session))
        {
            await machines.UpdateAsync(machine.Id, present => present with { RefusesUnsigned = true }, cancellation);
        }
    }

    private void Await(HardwareAddress? mac, BootQuestion question, BootOffer offer, string baseUrl)
    {
        if (question.Verified && mac is { } own && offer.Profile.Boot is { } boot)
        {
            sessions.AwaitKernel(own, AssetOf(boot.Kernel, baseUrl));
        }
    }
}
