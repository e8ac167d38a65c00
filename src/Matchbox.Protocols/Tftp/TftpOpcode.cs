namespace Matchbox.Protocols.Tftp;

/// <summary>The first two octets of every TFTP packet (RFC 1350 §5, RFC 2347).</summary>
public enum TftpOpcode : ushort
{
    None = 0,
    ReadRequest = 1,
    WriteRequest = 2,
    Data = 3,
    Ack = 4,
    Error = 5,
    OptionAck = 6,
}

/// <summary>The code of an ERROR packet (RFC 1350 §5, RFC 2347).</summary>
public enum TftpErrorCode : ushort
{
    SeeMessage = 0,
    FileNotFound = 1,
    AccessViolation = 2,
    DiskFull = 3,
    IllegalOperation = 4,
    UnknownTransferId = 5,
    FileExists = 6,
    NoSuchUser = 7,
    OptionRefused = 8,
}

/// <summary>How the octets of a file travel (RFC 1350 §2).</summary>
public enum TftpMode
{
    Octet,

    /// <summary>Text with CR LF line ends and CR NUL for a bare CR (RFC 764).</summary>
    Netascii,

    /// <summary>Obsolete since RFC 1350; always refused.</summary>
    Mail,
}

/// <summary>Why a datagram is no request.</summary>
public enum TftpParseError
{
    None,

    /// <summary>Not RRQ or WRQ; to be left unanswered, as an ERROR is never answered by an ERROR.</summary>
    NotARequest,
    TooLong,
    Unterminated,
    EmptyName,
    UnknownMode,
}
