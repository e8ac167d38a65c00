namespace Matchbox.Http.Boot.Signing;

/// <summary>Makes detached OpenPGP signatures of what machines are given. Thread-safe.</summary>
public interface IDetachedSigner
{
    /// <summary>A signature of the text (RFC 9580 §5.2.1.2: its lines end in CR LF for the signature), as one binary packet.</summary>
    byte[] Sign(ReadOnlySpan<byte> text);
}
