namespace MinerFlow.Reporting.Push.Https;

/// <summary>What a far side did about a client certificate in one TLS handshake.</summary>
internal enum ClientCertificateUse
{
    /// <summary>It asked for none.</summary>
    NotAsked,

    /// <summary>It asked for one, and there is none to show.</summary>
    Missing,

    /// <summary>It asked for one and got ours.</summary>
    Shown,
}
