namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Why a datagram on the accounting port gave no record. Each is counted by client; nothing of the datagram is logged.</summary>
public enum RadiusRejection
{
    None,

    /// <summary>No client with this address is configured.</summary>
    UnknownClient,

    /// <summary>Fewer bytes than a header, or than its Length says; or a Length outside of 20 to 4096 (RFC 2866 section 3).</summary>
    BadLength,

    /// <summary>Attributes that do not fill the packet exactly.</summary>
    BadAttribute,

    /// <summary>The Request Authenticator, or the Message-Authenticator of a Status-Server, was not made with the client's secret.</summary>
    BadAuthenticator,

    /// <summary>Neither Accounting-Request nor Status-Server.</summary>
    OtherCode,

    /// <summary>An attribute that is read has a value that its type cannot have.</summary>
    BadValue,

    /// <summary>Nothing says which session, account or access server, or what happened.</summary>
    Incomplete,
}
